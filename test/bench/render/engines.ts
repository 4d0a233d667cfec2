import { Eta } from "eta";
import Handlebars from "handlebars";
import { Liquid } from "liquidjs";
import { compileContent } from "../../../src/content/index.ts";
import { message, now, profile } from "./sample.ts";

export type Engine = { readonly name: string; readonly render: (context: Record<string, unknown>) => string };

type Marks = {
  readonly field: (path: string) => string;
  readonly when: (path: string, body: string) => string;
  readonly each: (path: string, body: (item: string) => string) => string;
};

/** A mail of 2 kB with eight fields, a condition and a loop, in the words of one engine. */
function mail({ field, when, each }: Marks): string {
  const filler = (bytes: number) =>
    `<p style="margin:0 0 12px">${"Lorem ipsum dolor sit amet. ".repeat(Math.ceil(bytes / 28)).slice(0, bytes)}</p>`;
  return [
    `<!doctype html><html lang="en"><body><h1>Thank you, ${field("profile.firstName")} ${field("profile.lastName")}</h1>`,
    filler(700),
    `<p>Your order ${field("context.orderId")} of ${field("context.orderedAt")} goes to ${field("profile.city")}.</p>`,
    when("context.isExpress", "<p>It arrives tomorrow.</p>"),
    `<table>${each("context.items", (item) => `<tr><td>${field(`${item}.name`)}</td><td>${field(`${item}.price`)}</td></tr>`)}</table>`,
    filler(700),
    `<p>Total ${field("context.total")}. Track it: <b>${field("context.tracking")}</b>, by ${field("context.carrier")}.</p></body></html>`,
  ].join("\n");
}

export const engines: readonly Engine[] = [envoi(), eta(), handlebars(), liquid()];

function envoi(): Engine {
  const html = mail({
    field: (path) => `{{${path}}}`,
    when: (path, body) => `{%#if ${path}%}${body}{%/if%}`,
    each: (path, body) => `{{#each ${path} as |item|}}${body("item")}{{/each}}`,
  });
  const content = compileContent("EMAIL", { email: { subject: "Your order", html } });
  const render = (context: Record<string, unknown>): string => {
    const result = content.render({ profile, context, message, now });
    if (result.kind !== "rendered" || result.message.channel !== "EMAIL") throw new Error(JSON.stringify(result));
    return result.message.html;
  };
  return { name: "Envoi", render };
}

function eta(): Engine {
  const engine = new Eta({ autoTrim: false });
  const template = engine.compile(
    mail({
      field: (path) => `<%= ${path.startsWith("item.") ? path : `it.${path}`} %>`,
      when: (path, body) => `<% if (it.${path}) { %>${body}<% } %>`,
      each: (path, body) => `<% for (const item of it.${path}) { %>${body("item")}<% } %>`,
    }),
  );
  return { name: "raw Eta", render: (context) => engine.render(template, { profile, context }) };
}

function handlebars(): Engine {
  const template = Handlebars.compile(
    mail({
      field: (path) => `{{${path.replace("item.", "this.")}}}`,
      when: (path, body) => `{{#if ${path}}}${body}{{/if}}`,
      each: (path, body) => `{{#each ${path}}}${body("item")}{{/each}}`,
    }),
  );
  return { name: "Handlebars", render: (context) => template({ profile, context }) };
}

function liquid(): Engine {
  const engine = new Liquid({ outputEscape: "escape" });
  const template = engine.parse(
    mail({
      field: (path) => `{{ ${path} }}`,
      when: (path, body) => `{% if ${path} %}${body}{% endif %}`,
      each: (path, body) => `{% for item in ${path} %}${body("item")}{% endfor %}`,
    }),
  );
  return { name: "LiquidJS", render: (context) => String(engine.renderSync(template, { profile, context })) };
}
