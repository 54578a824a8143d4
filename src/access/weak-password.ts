/** Which new passwords are refused, following NIST SP 800-63B §3.1.1.2: short, common, or made of what everybody knows about the person. */

const minLength = 12;
/** Stems of the passwords most often found in leaks; digits and punctuation around them make no difference. */
const common = [
  'password', 'passwort', 'passw0rd', 'qwerty', 'qwertyuiop', 'qwertz', 'azerty', 'asdfghjkl', 'zxcvbnm', 'letmein', 'welcome', 'iloveyou',
  'admin', 'administrator', 'changeme', 'default', 'secret', 'master', 'login', 'monkey', 'dragon', 'sunshine', 'princess', 'football',
  'baseball', 'superman', 'batman', 'trustno', 'whatever', 'starwars', 'computer', 'internet', 'michael', 'charlie', 'freedom', 'shadow',
  'correcthorsebatterystaple', 'q1w2e3r4t5y6', '1q2w3e4r5t6y', '1qaz2wsx3edc', 'abc', 'test', 'guest', 'root', 'user', 'summer', 'winter',
]; // prettier-ignore

/** What is wrong with a new password, as a sentence; undefined when it may be used. `known` are words such as address and company. */
export function findWeakness(password: string, known: readonly string[]): string | undefined {
  if (password.length < minLength) return `Use at least ${minLength} characters.`;
  const plain = simplify(password);
  const characters = new Set(password.toLowerCase());
  if (characters.size < 4) return 'Use more than a few different characters.';
  if (isRun(password)) return 'Do not use characters in their order.';
  const [local = ''] = (known[0] ?? '').split('@');
  if ([...known, local].some((word) => isMostly(plain, simplify(word))))
    return 'Do not use your address, your name or the name of the company.';
  if (isMostly(plain, 'thimble')) return 'Do not use the name of this product.';
  if (common.some((word) => isMostly(plain, word))) return 'This password is among those guessed first.';
  return undefined;
}

function simplify(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Little is left once the word, and digits, are taken away. */
function isMostly(plain: string, word: string): boolean {
  if (word.length < 3 || !plain.includes(word)) return false;
  return plain.replaceAll(word, '').replaceAll(/\d/g, '').length < 4;
}

/** `123456789012`, `abcdefghijkl` and backwards. */
function isRun(password: string): boolean {
  let steps = 0;
  for (let at = 1; at < password.length; at += 1) {
    const difference = password.charCodeAt(at) - password.charCodeAt(at - 1);
    if (Math.abs(difference) === 1) steps += 1;
  }
  return steps >= password.length - 3;
}
