export const profile = { firstName: "Zoë", lastName: "O'Neill & Co", city: "Île-de-France" };
export const message = { id: "00000000-0000-7000-8000-000000000000", unsubscribeUrl: "https://envoi.example/u/1" };
export const now = new Date("2026-03-01T12:00:00Z");

const items = Array.from({ length: 5 }, (_, index) => ({ name: `Article <${index}>`, price: `${index * 7 + 3}.50` }));

/** Different from message to message, as it is when they are sent. */
export const contexts: readonly Record<string, unknown>[] = Array.from({ length: 64 }, (_, index) => ({
  orderId: `A-${index}`,
  orderedAt: "2026-03-01",
  isExpress: index % 2 === 0,
  items,
  total: "85.00",
  tracking: `1Z${index}`,
  carrier: "Post",
}));
