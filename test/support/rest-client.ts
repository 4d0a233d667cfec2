import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is checked by the test itself.
export type Json = any;
export type RestAnswer = { readonly status: number; readonly headers: Headers; readonly body: Json };
export type RestRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, a text as it is. */
  readonly body?: unknown;
};

export type RestClient = {
  /** A path below the base, such as /executions/unitary. The answer is checked against the document. */
  send(path: string, request?: RestRequest): Promise<RestAnswer>;
  get(path: string): Promise<RestAnswer>;
  post(path: string, body: unknown): Promise<RestAnswer>;
};

type Operation = { readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }> };
type Document = { readonly paths: Record<string, Record<string, Operation>>; readonly components: object };

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../schema/openapi.json"), "utf8")) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const validators = new Map<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const made = ajv.compile({ ...schema, components: document.components });
  validators.set(schema, made);
  return made;
}

/** A client of the reference product's kind: its headers, and no more of Envoi than a host and a key. */
export function createRestClient(url: string, key: string | null, base = "/ajo/im"): RestClient {
  const common = {
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...{ "x-gw-ims-org-id": "ABC123@AdobeOrg", "x-sandbox-name": "prod" },
  };
  const send = async (path: string, { method = "GET", headers = {}, body }: RestRequest = {}): Promise<RestAnswer> => {
    const response = await fetch(`${url}${base}${path}`, {
      method,
      headers: { ...common, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const answer = { status: response.status, headers: response.headers, body: readJson(await response.text()) };
    expectDocumented(path, method, answer);
    return answer;
  };
  return {
    send,
    get: (path) => send(path),
    post: (path, body) => send(path, { method: "POST", body }),
  };
}

function readJson(text: string): Json {
  return text === "" ? null : JSON.parse(text);
}

/** Every answer is one that the document tells: its status, its content type, its fields. Paths and methods that it does not have are 404 and 405. */
function expectDocumented(path: string, method: string, { status, headers, body }: RestAnswer): void {
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  const operation = operationOf(path.split("?")[0] ?? "", method);
  const told = `${method} ${path}: ${status} ${JSON.stringify(body)?.slice(0, 1000)}`;
  const response = operation?.responses[status];
  if (!operation) expect([404, 405], told).toContain(status);
  else expect(response, `${told}\nis not in the document`).toBeDefined();
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  const schema = operation ? response?.content?.[type]?.schema : problemSchema;
  expect(schema, `${told}\n${type} is not in the document`).toBeDefined();
  const validate = validatorOf(schema as object);
  expect(validate(body) || validate.errors, told).toBe(true);
  if (status >= 400) expectProblem(body, { status, headers, body });
}

const problemSchema = { $ref: "#/components/schemas/Problem" };

function expectProblem(body: Json, { status, headers }: RestAnswer): void {
  expect(body).toMatchObject({ type: `urn:envoi:error:${body.code}`, status, requestId: headers.get("x-request-id") });
  if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  if (status === 401) expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
}

function operationOf(path: string, method: string): Operation | undefined {
  const found = Object.keys(document.paths)
    // The fixed ones first: /executions/audience is no id.
    .sort((a, b) => a.split("{").length - b.split("{").length)
    .find((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
  return found ? document.paths[found]?.[method.toLowerCase()] : undefined;
}
