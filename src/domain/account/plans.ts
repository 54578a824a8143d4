import type { AccountRow } from '../../store/queries/account.ts';

export type Plan = AccountRow['plan'];

interface PlanFeatures {
  readonly apiAccess: boolean;
  readonly maxDestinations: number;
}

/** What each plan includes; API access for the trial is a switch here (docs/architecture.md, choices). */
export const planFeatures: Readonly<Record<Plan, PlanFeatures>> = {
  free_trial: { apiAccess: false, maxDestinations: Infinity },
  standard: { apiAccess: false, maxDestinations: 1 },
  advanced: { apiAccess: true, maxDestinations: Infinity },
  premium: { apiAccess: true, maxDestinations: Infinity },
};

/** Plan of an account nobody chose one for. */
export const defaultPlan: Plan = 'premium';
