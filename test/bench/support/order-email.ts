import { createHash } from "node:crypto";

/** What the call says of a person and what the profile says: as many values as an order's confirmation has. */
export type Person = { readonly userId: string; readonly firstName: string; readonly context: Readonly<Record<string, string>> };

const names = ["Zoë", "Dwayne", 'Ann "Nan" O\'Neil', "Jürgen & Söhne", "<Ada>", "Olga", "李雷", "Marie-Claire"];
const cities = ["Zürich", "København", "Porto", "Kraków", "Gdańsk & Gdynia", "Leeds"];

export function aPerson(index: number): Person {
  const at = <Value>(list: readonly Value[], step: number): Value => list[Math.floor(index / step) % list.length] as Value;
  return {
    userId: `person${index}@example.com`,
    firstName: at(names, 1),
    context: {
      order: `A-${100_000 + index}`,
      total: `${(index % 900) + 10}.${String(index % 100).padStart(2, "0")}`,
      currency: "EUR",
      city: at(cities, 7),
      carrier: "DHL <Express>",
      day: `2026-11-${String((index % 28) + 1).padStart(2, "0")}`,
      link: `https://shop.example/orders/${index}?from=email&id=${index}`,
    },
  };
}

type Values = {
  readonly firstName: string;
  readonly order: string;
  readonly total: string;
  readonly currency: string;
  readonly city: string;
  readonly carrier: string;
  readonly day: string;
  readonly link: string;
};

const placeholders: Values = {
  firstName: "{{profile.firstName}}",
  order: "{{context.order}}",
  total: "{{context.total}}",
  currency: "{{context.currency}}",
  city: "{{context.city}}",
  carrier: "{{context.carrier}}",
  day: "{{context.day}}",
  link: "{{context.link}}",
};

const terms = "Returns are free within thirty days; keep this message until everything has arrived in good order. ".repeat(9);

const subject = (v: Values): string => `Order ${v.order} leaves for ${v.city}`;
const preheader = (v: Values): string => `${v.carrier} brings it on ${v.day}`;
const html = (v: Values): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Order ${v.order}</title></head>
<body style="font-family:sans-serif;color:#223">
<h1>Thank you, ${v.firstName}</h1>
<p>Your order <b>${v.order}</b> over ${v.total} ${v.currency} was packed and leaves for ${v.city} today.</p>
<table cellpadding="6"><tr><td>Carrier</td><td>${v.carrier}</td></tr><tr><td>Expected</td><td>${v.day}</td></tr>
<tr><td>To pay</td><td>${v.total} ${v.currency}</td></tr></table>
<p><a href="${v.link}" style="background:#226;color:#fff;padding:12px">Follow order ${v.order}</a></p>
<p style="font-size:small">${terms}</p>
</body></html>`;
const text = (v: Values): string => `Thank you, ${v.firstName}. Order ${v.order} (${v.total} ${v.currency}) leaves for ${v.city}.
${v.carrier}, ${v.day}. ${v.link}`;

/** The 2 kB email as its author wrote it. */
export const orderEmail = {
  email: {
    subject: subject(placeholders),
    preheader: preheader(placeholders),
    html: html(placeholders),
    text: text(placeholders),
  },
};

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** The same email by plain string concatenation: what the engine must have rendered, without a line of the engine's code. */
export function renderedFor(person: Person) {
  const plain = { ...placeholders, ...person.context, firstName: person.firstName };
  const escaped = Object.fromEntries(
    Object.entries(plain).map(([name, value]) => [name, value.replace(/[&<>"']/g, (character) => entities[character] ?? "")]),
  ) as Values;
  return { channel: "EMAIL", subject: subject(plain), preheader: preheader(plain), html: html(escaped), text: text(plain) };
}

/** What the discard transport must have kept for this person. */
export function expectedHash(person: Person): string {
  return createHash("sha256")
    .update(JSON.stringify(renderedFor(person)))
    .digest("hex")
    .slice(0, 32);
}
