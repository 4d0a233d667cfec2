/** The closed lists that every room, the database, the schema and the pages spell alike. */
export const channels = { EMAIL: "EMAIL", SMS: "SMS", PUSH: "PUSH" } as const;
export type Channel = keyof typeof channels;

export const categories = { MARKETING: "MARKETING", TRANSACTIONAL: "TRANSACTIONAL" } as const;
export type Category = keyof typeof categories;

/** The kind of identity that a campaign of this channel resolves unless it says otherwise. */
export const defaultNamespaces: Readonly<Record<Channel, string>> = {
  EMAIL: "email",
  SMS: "phone",
  PUSH: "ecid",
};
