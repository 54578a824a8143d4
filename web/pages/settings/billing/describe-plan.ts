import type { Plan } from '../../../../contract/account-api/plans.ts';

/** What a plan includes, as rows of name and value. */
export function describePlan(plan: Plan): readonly (readonly [string, string])[] {
  const limit = (value: number | null): string => (value === null ? 'Unlimited' : value.toLocaleString());
  return [
    ['Rows per billing period', limit(plan.rows_per_period)],
    ['Team members', limit(plan.max_members)],
    ['Destinations', limit(plan.max_destinations)],
    ['Types of integrations', limit(plan.max_source_types)],
    ['API access', plan.api_access ? 'Included' : 'Not included'],
    ['Loading reports', `${plan.load_report_days} days`],
  ];
}
