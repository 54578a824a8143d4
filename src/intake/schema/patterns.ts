import { RE2JS } from 're2js';
import { quoted } from '../members.ts';
import { InvalidSchemaError } from './schema-errors.ts';
import type { Work } from './work.ts';
import { spend } from './work.ts';

/** A regular expression whose matching takes time linear in the text. */
export interface Pattern {
  readonly source: string;
  /** Whether the UTF-8 text contains a match. */
  test(text: Uint8Array, work: Work): boolean;
}

/** The patterns of one schema, which share bounds on their size and on what the engine remembers of them. */
export interface PatternSet {
  readonly size: number;
  /** Throws `InvalidSchemaError` for a pattern that is malformed, or that RE2 has no linear form for (look-around, back-references). */
  add(source: string): Pattern;
}

const maxPatterns = 200;
/** Instructions of all programs of a schema. */
const maxProgramSize = 10_000;
/** The engine caches states as it matches, up to 8 MB per pattern: after this many units of matching they are dropped. */
const forgetAfterUnits = 400_000;

/** An empty set. Compiling takes from `work`. */
export function createPatternSet(compileWork: Work): PatternSet {
  const patterns = new Map<string, Pattern>();
  const compiled = new Map<string, RE2JS>();
  let programSize = 0;
  let units = 0;

  function engine(source: string): RE2JS {
    const found = compiled.get(source);
    if (found) return found;
    const made = RE2JS.compile(RE2JS.translateRegExp(source));
    compiled.set(source, made);
    return made;
  }

  return {
    get size() {
      return patterns.size;
    },
    add(source) {
      const known = patterns.get(source);
      if (known) return known;
      if (patterns.size >= maxPatterns) throw new InvalidSchemaError(`more than ${maxPatterns} patterns`);
      const size = programSizeOf(source, engine);
      // A character class of Unicode takes some 40 µs per instruction.
      spend(compileWork, 2000 + 100 * size);
      programSize += size;
      if (programSize > maxProgramSize) throw new InvalidSchemaError(`pattern [${quoted(source)}] is too large`);
      const pattern: Pattern = {
        source,
        test(text, work) {
          const cost = 20 + Math.ceil((text.length * size) / 4);
          spend(work, cost);
          units += cost;
          if (units > forgetAfterUnits) {
            compiled.clear();
            units = cost;
          }
          return engine(source).test(text);
        },
      };
      patterns.set(source, pattern);
      return pattern;
    },
  };
}

function programSizeOf(source: string, engine: (source: string) => RE2JS): number {
  try {
    return engine(source).programSize();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidSchemaError(`pattern [${quoted(source)}] is not supported: ${quoted(reason)}`);
  }
}
