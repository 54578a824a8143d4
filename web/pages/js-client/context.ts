/** What the page that opened this window asks for (connect-api.md §11.1). It is another site: everything in it is read as text and nothing else. */

type Target =
  | { readonly kind: 'add'; readonly type: string }
  | { readonly kind: 'edit'; readonly id: number }
  | { readonly kind: 'authorize'; readonly id: number }
  /** Screens this version does not have. */
  | { readonly kind: 'unavailable'; readonly name: string };

export interface OpenerContext {
  readonly target: Target;
  readonly ephemeralToken: string | undefined;
  readonly hidesNav: boolean;
}

/** The context of an `update`; undefined for any other message. */
export function readContext(message: unknown): OpenerContext | undefined {
  const { type, data } = toRecord(message);
  if (type !== 'update') return undefined;
  const { hideNav, additionalState, targetState } = toRecord(data);
  const { ephemeral_token: token } = toRecord(additionalState);
  return {
    target: readTarget(toRecord(targetState)),
    ephemeralToken: typeof token === 'string' && token !== '' ? token : undefined,
    hidesNav: hideNav === true,
  };
}

function readTarget({ name, params }: Record<string, unknown>): Target {
  const { route, id } = toRecord(params);
  switch (name) {
    case 'app.connections.create':
      return { kind: 'add', type: typeof route === 'string' ? route : '' };
    case 'app.connections.details.edit':
      return { kind: 'edit', id: toId(id) };
    case 'app.connections.details.authorize':
      return { kind: 'authorize', id: toId(id) };
    default:
      return { kind: 'unavailable', name: typeof name === 'string' ? name : '' };
  }
}

/** Callers send numbers and digits; 0 is no source. */
function toId(id: unknown): number {
  const number = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : 0;
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
