/** The talk with the page that opened this window (connect-api.md §11.1). */
import { useEffect, useState } from 'react';
import { readContext, type OpenerContext } from './context.ts';

interface SourceRef {
  readonly type: string;
  readonly id: number;
}

interface Events {
  readonly connectionCreated: SourceRef;
  readonly connectionUpdated: SourceRef;
  readonly integrationFlowCompleted: SourceRef;
  readonly authorizeSuccess: SourceRef;
  readonly authorizeFailure: undefined;
  readonly errorLoadingConnection: { readonly id: number };
  readonly errorLoadingIntegrationType: undefined;
  readonly errorUpgradingEphemeralToken: undefined;
  readonly integrationFormClose: undefined;
  readonly closed: undefined;
}

/** Tells the opener what happened. Only the origin that sent the context hears it. */
export type Tell = <Type extends keyof Events>(type: Type, ...data: Events[Type] extends undefined ? [] : [Events[Type]]) => void;

export interface OpenedBy {
  readonly context: OpenerContext;
  /** `null` where the page has none, such as a file. */
  readonly origin: string;
  readonly tell: Tell;
}

/** What the opener asked for; undefined until it has. The first answer counts, and of its origin alone. */
export function useOpener(): OpenedBy | undefined {
  const [opened, setOpened] = useState<OpenedBy>();
  useEffect(() => {
    const opener = window.opener as Window | null;
    if (opener === null) return undefined;
    function receive({ source, origin, data }: MessageEvent<unknown>): void {
      const context = source === opener ? readContext(data) : undefined;
      if (context === undefined || opener === null) return;
      const tell: Tell = (type, ...[sent]) => opener.postMessage({ type, data: sent }, origin === 'null' ? '*' : origin);
      setOpened((before) => before ?? { context, origin, tell });
    }
    addEventListener('message', receive);
    // It says nothing about anybody, and who listens is not known yet.
    opener.postMessage({ type: 'bootstrap' }, '*');
    return () => removeEventListener('message', receive);
  }, []);

  useEffect(() => {
    if (opened === undefined) return undefined;
    const leave = (): void => opened.tell('closed');
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [opened]);
  return opened;
}
