import { ApolloServer } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify from "fastify";

/** What executeCampaign's own server is made of, with a resolver that does nothing. */
const typeDefs = `
  scalar JSON
  input RecipientInput { userId: String!, context: JSON }
  input ExecuteCampaignInput { campaignId: ID!, requestId: String!, recipients: [RecipientInput!]! }
  type Execution { id: ID! }
  type ExecuteCampaignPayload { acceptedCount: Int!, execution: Execution! }
  type Query { nothing: Int }
  type Mutation { executeCampaign(input: ExecuteCampaignInput!): ExecuteCampaignPayload! }
`;
const payload = { acceptedCount: 1, execution: { id: "00000000-0000-7000-8000-000000000000" } };
const http = Fastify({ logger: false });
const apollo = new ApolloServer({
  typeDefs,
  resolvers: { Mutation: { executeCampaign: () => payload } },
  plugins: [fastifyApolloDrainPlugin(http)],
  stopOnTerminationSignals: false,
});
await apollo.start();
http.post("/graphql", fastifyApolloHandler(apollo));
const url = await http.listen({ host: "127.0.0.1", port: 0 });
process.send?.({ url });
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
