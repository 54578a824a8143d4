import type { JsonObject, TapeSource } from '../json/read-value.ts';
import { compileSchema } from './compile-schema.ts';
import type { Check } from './conform.ts';
import { conforms, createCheck } from './conform.ts';
import { explain } from './explain.ts';
import { failureLines } from './failure.ts';
import { SchemaDepthError } from './schema-errors.ts';
import { anyKind } from './schema-node.ts';
import type { Work } from './work.ts';

const maxLines = 100;
const maxCharacters = 32_768;
/** Explaining one record may take this much, whatever is left of the request's work. */
const explainUnits = 500_000;

/** Checks values against one schema, one request at a time. */
export interface Validator {
  /** What it takes in memory, roughly, in bytes. */
  readonly weight: number;
  /** A check over the tape of a request. Its function gives the lines of what is wrong with the value at an entry; undefined when nothing is. */
  open(source: TapeSource, work: Work): (at: number) => readonly string[] | undefined;
}

const nodeBytes = 1000;
/** The states a schema's patterns may hold between requests. */
const patternBytes = 4_000_000;

/** Compiles a schema. Throws `InvalidSchemaError`; compiling and the checks throw `WorkLimitError`. */
export function createValidator(schema: JsonObject, work: Work): Validator {
  const { root, nodes, patterns } = compileSchema(schema, work);
  return {
    weight: nodes * nodeBytes + (patterns > 0 ? patternBytes : 0),
    open(source, work) {
      let check: Check | undefined;
      return (at) => {
        if (root.isPlain && root.kinds === anyKind) return undefined;
        check ??= createCheck(source, work);
        try {
          if (conforms(check, root, at)) return undefined;
          work.left = Math.max(work.left, explainUnits);
          return failureLines(explain(check, root, at), maxLines, maxCharacters);
        } catch (error) {
          if (error instanceof SchemaDepthError) return ['#: the schema leads deeper than can be followed'];
          throw error;
        }
      };
    },
  };
}
