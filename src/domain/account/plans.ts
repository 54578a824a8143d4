import { plans } from '../../../contract/account-api/plans.ts';
import type { AccountRow } from '../../store/queries/account.ts';

export type Plan = AccountRow['plan'];

interface PlanFeatures {
  readonly apiAccess: boolean;
  readonly cron: boolean;
  readonly enterpriseTypes: boolean;
  readonly maxSourceTypes: number;
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
  const { api_access: apiAccess, cron, hooks, enterprise_types: enterpriseTypes, ...limits } = plans[plan];
  return {
    apiAccess,
    cron,
    hooks,
    enterpriseTypes,
    maxSourceTypes: limits.max_source_types ?? Infinity,
    maxDestinations: limits.max_destinations ?? Infinity,
    maxMembers: limits.max_members ?? Infinity,
  };
}
