// Reads a schema on standard input, prints its TypeScript types: `wire` of the socket's JSON Schema, `api` of OpenAPI.
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";
import openapiTS, { astToString } from "openapi-typescript";

const WRITERS = { wire, api };

/** Titles of fields would each become a type; tuples are `items` to the compiler, as they once were. */
function simplified(value, depth = 0) {
  if (Array.isArray(value)) return value.map((item) => simplified(item, depth));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => !(key === "title" && typeof item === "string" && depth > 2),
  );
  return Object.fromEntries(
    entries.map(([key, item]) => [key === "prefixItems" ? "items" : key, simplified(item, depth + 1)]),
  );
}

function wire(schema) {
  const named = Object.keys(schema.$defs).map((name) => ({ $ref: `#/$defs/${name}` }));
  return compile({ ...simplified(schema), title: "Wire", oneOf: named }, "Wire", {
    additionalProperties: false,
    bannerComment: "/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */",
    format: false,
  });
}

async function api(schema) {
  const types = await openapiTS(schema, {
    // A field of a body that has a default may be left out; an answer's are all required.
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    enumValues: true,
  });
  return `/* Generated from classpulse.apps.openapi by \`make wire-types\`: do not edit. */\n\n${astToString(types)}`;
}

process.stdout.write(await WRITERS[process.argv[2]](JSON.parse(await text(process.stdin))));
