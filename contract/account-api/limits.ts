/** At most this many API keys per account, enabled and disabled together. */
export const maxApiKeys = 10;

/** At most this many import tokens per source, enabled and disabled together. */
export const maxImportTokens = 2;
