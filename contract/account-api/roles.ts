/** Roles of a member; one may hold several (web-app.md §3.2). */
export const roles = ['administrator', 'general_user', 'invoice_admin'] as const;

export type Role = (typeof roles)[number];

/** As people read them. */
export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrator',
  general_user: 'General User',
  invoice_admin: 'Invoice Admin',
};
