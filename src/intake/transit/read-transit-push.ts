import type { Decoded, DecodeRequest } from '../decoded.ts';
import type { FillContext } from '../fill.ts';
import { RepeatedKeyError } from '../fill.ts';
import { readPush } from '../push.ts';
import type { LengthUnit } from './key-cache.ts';
import { scanTransitElements } from './scan-transit.ts';
import { TransitError } from './transit-error.ts';
import { createTranslator } from './translate.ts';

interface Reading {
  readonly outcome: Decoded | TransitError;
  readonly ambiguous: boolean;
}

const otherUnits: readonly LengthUnit[] = ['code-points', 'bytes'];

/**
 * Reads a push or validate body of Transit by the rules of push (import-api.md §4, §5). A body that is refused, and that another length
 * unit would read otherwise, is read by those too (§5.2): the first accepted reading counts, or else the first that is Transit at all.
 * `open` gives a new context. Throws `JsonError` and `TransitError`.
 */
export function readTransitPush(open: () => FillContext, request: DecodeRequest): Decoded {
  const first = readAs('utf16', open(), request);
  let best = first.outcome;
  if (first.ambiguous) {
    for (const unit of otherUnits) {
      if (!(best instanceof TransitError) && best.ok) break;
      const { outcome } = readAs(unit, open(), request);
      if (!(outcome instanceof TransitError) && (best instanceof TransitError || outcome.ok)) best = outcome;
    }
  }
  if (best instanceof TransitError) throw best;
  return best;
}

function readAs(unit: LengthUnit, context: FillContext, request: DecodeRequest): Reading {
  context.refuseRepeatedKeys = true;
  const translator = createTranslator(context, unit);
  try {
    const outcome = readPush(context, request, (visit) => scanTransitElements(context, translator, visit));
    return { outcome, ambiguous: translator.ambiguous() };
  } catch (error) {
    if (error instanceof TransitError) return { outcome: error, ambiguous: translator.ambiguous() };
    if (error instanceof RepeatedKeyError) return { outcome: new TransitError(error.message), ambiguous: translator.ambiguous() };
    throw error;
  }
}
