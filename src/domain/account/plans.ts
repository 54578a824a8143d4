import { plans } from '../../../contract/account-api/plans.ts';
import type { AccountRow } from '../../store/queries/account.ts';

export type Plan = AccountRow['plan'];

interface PlanFeatures {
  readonly apiAccess: boolean;
  readonly hooks: boolean;
  readonly maxDestinations: number;
  readonly maxMembers: number;
}

/** What verbs ask about a plan; `Infinity` where it sets no limit. */
export const planFeatures: Readonly<Record<Plan, PlanFeatures>> = {
  free_trial: features('free_trial'),
  standard: features('standard'),
  advanced: features('advanced'),
  premium: features('premium'),
};

/** Plan of an account nobody chose one for. */
export const defaultPlan: Plan = 'premium';

function features(plan: Plan): PlanFeatures {
  const { api_access: apiAccess, hooks, max_destinations: destinations, max_members: members } = plans[plan];
  return { apiAccess, hooks, maxDestinations: destinations ?? Infinity, maxMembers: members ?? Infinity };
}
