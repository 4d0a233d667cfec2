const campaigns = `query Campaigns {
  campaigns(first: 10) {
    edges {
      node {
        id
        title
        status
        stats {
          accepted
          sent
        }
      }
    }
  }
}
`;

const watch = `# Totals of one campaign: as they are now,
# then at every change. The id of the campaign
# goes into the variables below.
subscription Watch($campaignId: ID!) {
  deliveryStats(campaignId: $campaignId) {
    accepted
    queued
    sent
    failed
    excluded
    ratePerSecond
    asOf
  }
}
`;

/** Shown on the first visit; afterwards GraphiQL restores whatever tabs were open. */
export const defaultTabs = [{ query: campaigns }, { query: watch, variables: `{\n  "campaignId": "<id of a campaign>"\n}\n` }];
