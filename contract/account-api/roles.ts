import { z } from 'zod';

/** Roles of a member; one may hold several (web-app.md §3.2). */
export const role = z.enum(['administrator', 'general_user', 'invoice_admin']);

export type Role = z.infer<typeof role>;

/** As people read them. */
export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrator',
  general_user: 'General User',
  invoice_admin: 'Invoice Admin',
};
