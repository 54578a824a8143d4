import type { Decoded, DecodeRequest } from '../decoded.ts';
import { RepeatedKeyError } from '../fill.ts';
import { readPush } from '../push.ts';
import type { Workspace } from '../workspace.ts';
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
 * Throws `JsonError` and `TransitError`.
 */
export function readTransitPush(workspace: Workspace, request: DecodeRequest): Decoded {
  const first = readAs('utf16', workspace, request);
  let best = first.outcome;
  if (first.ambiguous) {
    for (const unit of otherUnits) {
      if (!(best instanceof TransitError) && best.ok) break;
      const { outcome } = readAs(unit, workspace, request);
      if (!(outcome instanceof TransitError) && (best instanceof TransitError || outcome.ok)) best = outcome;
    }
  }
  if (best instanceof TransitError) throw best;
  return best;
}

function readAs(unit: LengthUnit, workspace: Workspace, request: DecodeRequest): Reading {
  const context = workspace.open(request.body);
  context.refuseRepeatedKeys = true;
  const translator = createTranslator(context, unit);
  try {
    const outcome = readPush(context, workspace, request, (visit) => scanTransitElements(context, translator, visit));
    return { outcome, ambiguous: translator.ambiguous() };
  } catch (error) {
    if (error instanceof TransitError) return { outcome: error, ambiguous: translator.ambiguous() };
    if (error instanceof RepeatedKeyError) return { outcome: new TransitError(error.message), ambiguous: translator.ambiguous() };
    throw error;
  }
}
