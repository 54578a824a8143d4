/** A guide as data: what the build makes of Markdown (tooling/guide-plugin.ts) and the page draws. */
export interface Guide {
  readonly title: string;
  /** First paragraph, for lists of guides. */
  readonly summary: readonly Inline[];
  readonly blocks: readonly Block[];
}

export type Inline =
  | string
  | { readonly kind: 'strong'; readonly children: readonly Inline[] }
  | { readonly kind: 'em'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] };

export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly id: string; readonly children: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'code'; readonly text: string }
  /** `source` is the address of the built picture. */
  | { readonly kind: 'image'; readonly source: string; readonly alt: string }
  | { readonly kind: 'table'; readonly head: readonly (readonly Inline[])[]; readonly rows: readonly (readonly (readonly Inline[])[])[] };
