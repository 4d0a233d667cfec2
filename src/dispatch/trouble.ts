/** What keeps a live worker from sending, for health and for operators. */
export type Trouble = {
  /**
   * `redis`: rates cannot be asked for. `circuit`: a provider is down and is left alone for a while. `configuration`: a
   * channel configuration is inactive, or cannot be used, and campaigns wait for it.
   */
  readonly kind: "redis" | "circuit" | "configuration";
  readonly since: Date;
  /** For people. */
  readonly detail: string;
  /** The channel configuration that is left alone. */
  readonly channelConfigurationId?: string;
};
