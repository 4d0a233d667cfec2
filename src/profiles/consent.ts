/** What a person said about a channel. UNKNOWN counts as consent unless CONSENT_UNKNOWN_IS_CONSENT is false. */
export const consentStates = { OPTED_IN: "OPTED_IN", OPTED_OUT: "OPTED_OUT", UNKNOWN: "UNKNOWN" } as const;
export type ConsentState = keyof typeof consentStates;
