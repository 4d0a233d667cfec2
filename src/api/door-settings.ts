/** What one document may be, before it runs. */
export type DocumentLimits = {
  readonly charactersMax: number;
  readonly tokensMax: number;
  readonly depthMax: number;
  readonly aliasesMax: number;
  readonly rootFieldsMax: number;
  /** At one place. */
  readonly directivesMax: number;
  readonly costMax: number;
};

/** Everything of the doors that an operator may set. */
export type DoorSettings = {
  /** Origins besides our own, such as https://app.example.com. */
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly introspection: "authenticated" | "off";
  /** A manifest or a folder; null lets every document run. */
  readonly persistedDocuments: string | null;
  /** 0 is no bound. */
  readonly costPerSecond: number;
  /** 0 is no bound. */
  readonly failedKeysPerMinute: number;
  /** Of a call, from its handler's beginning: whoever is not answered by then is told TIMED_OUT. */
  readonly answerSeconds: number;
  /** Before a large body is refused whose turn does not come. */
  readonly largeBodyWaitSeconds: number;
  readonly document: DocumentLimits;
  readonly connections: {
    readonly max: number;
    readonly perAddressMax: number;
    readonly headersTimeoutSeconds: number;
    readonly requestTimeoutSeconds: number;
    readonly keepAliveSeconds: number;
  };
  readonly websocket: {
    readonly perKeyMax: number;
    readonly operationsMax: number;
    readonly initSeconds: number;
    readonly keyCheckSeconds: number;
  };
};
