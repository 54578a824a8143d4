import type { AccountRow } from '../../store/queries/account.ts';

export type Plan = AccountRow['plan'];

/** What each plan includes; API access for the trial is a switch here (docs/architecture.md, choices). */
export const planFeatures: Readonly<Record<Plan, { readonly apiAccess: boolean }>> = {
  free_trial: { apiAccess: false },
  standard: { apiAccess: false },
  advanced: { apiAccess: true },
  premium: { apiAccess: true },
};

/** Plan of an account nobody chose one for. */
export const defaultPlan: Plan = 'premium';
