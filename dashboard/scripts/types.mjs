// Reads the JSON Schema of the socket's messages on standard input, prints their TypeScript types.
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const schema = JSON.parse(await text(process.stdin));
const named = Object.keys(schema.$defs).map((name) => ({ $ref: `#/$defs/${name}` }));
// Titles of fields would each become a type of their own; tuples are `items` to the compiler, as they once were.
const simplified = (value, depth = 0) => {
  if (Array.isArray(value)) return value.map((item) => simplified(item, depth));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => !(key === "title" && typeof item === "string" && depth > 2),
  );
  return Object.fromEntries(
    entries.map(([key, item]) => [key === "prefixItems" ? "items" : key, simplified(item, depth + 1)]),
  );
};
const types = await compile({ ...simplified(schema), title: "Wire", oneOf: named }, "Wire", {
  additionalProperties: false,
  bannerComment: "/* Generated from classpulse.apps.wire_types by `make wire-types`: do not edit. */",
  format: false,
});
process.stdout.write(types);
