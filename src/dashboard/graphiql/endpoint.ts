/** Both doors of the API, on whatever host and scheme the page itself came from. */
export const httpUrl = new URL("/graphql", window.location.href).href;
export const webSocketUrl = httpUrl.replace(/^http/, "ws");
