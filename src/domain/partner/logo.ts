import { AppError } from '../../../contract/errors.ts';

const maxLogoBytes = 65_536;

/** A picture people see at consent; shown only as an image, which runs nothing. */
interface Logo {
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly type: string;
}

/** Finds the kind of a logo by its content. Throws `invalid_body`. */
export function parseLogo(bytes: Uint8Array): Logo {
  if (bytes.length > maxLogoBytes) throw new AppError('invalid_body', 'The logo is larger than 64 KiB.');
  const type = findType(Buffer.from(bytes));
  if (type === undefined) throw new AppError('invalid_body', 'The logo is not a PNG, JPEG, WebP or SVG picture.');
  return { bytes, type };
}

function findType(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  return isSvg(bytes) ? 'image/svg+xml' : undefined;
}

/** Text whose first element is `svg`, after a declaration and comments. */
function isSvg(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return (
      /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*|<!DOCTYPE svg[^>[]*>\s*)*<svg[\s>]/.test(text) && /<\/svg>\s*$/.test(text)
    );
  } catch {
    return false;
  }
}

/** As the `src` of an image. */
export function logoUrl({ logo, logo_type: type }: { logo: Uint8Array | null; logo_type: string | null }): string | null {
  return logo === null || type === null ? null : `data:${type};base64,${Buffer.from(logo).toString('base64')}`;
}
