/** What a partner's link says about who comes (connect-api.md §4.3): it only fills the form to open an account. */
export interface Prefill {
  readonly email: string;
  readonly name: string;
  readonly company: string;
}

/** Reads the address of the page that sent people to the entrance. */
export function readPrefill(origin: string): Prefill {
  const parameters = new URL(origin, location.origin).searchParams;
  const text = (name: string, max: number): string => (parameters.get(name) ?? '').trim().slice(0, max);
  return {
    email: text('email', 254),
    name: [text('first_name', 100), text('last_name', 99)].join(' ').trim(),
    company: text('company', 200),
  };
}
