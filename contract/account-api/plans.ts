export const planNames = ['free_trial', 'standard', 'advanced', 'premium'] as const;

export type PlanName = (typeof planNames)[number];

/** What a plan includes (web-app.md §12.4, docs/architecture.md). Null: no limit. */
export interface Plan {
  readonly title: string;
  readonly api_access: boolean;
  readonly cron: boolean;
  readonly hooks: boolean;
  readonly max_members: number | null;
  readonly max_destinations: number | null;
  /** Source types of the enterprise tier. */
  readonly enterprise_types: boolean;
  readonly max_source_types: number | null;
  readonly rows_per_period: number | null;
  readonly load_report_days: number;
  readonly extraction_log_days: number;
}

export const plans: Readonly<Record<PlanName, Plan>> = {
  free_trial: {
    title: 'Free Trial',
    // The one switch of the trial's access to the API (docs/architecture.md, choices).
    api_access: false,
    cron: true,
    hooks: true,
    max_members: null,
    max_destinations: 1,
    enterprise_types: true,
    max_source_types: null,
    rows_per_period: 100_000_000,
    load_report_days: 7,
    extraction_log_days: 1,
  },
  standard: {
    title: 'Standard',
    api_access: false,
    cron: false,
    hooks: false,
    max_members: 5,
    max_destinations: 1,
    enterprise_types: false,
    max_source_types: 10,
    rows_per_period: 5_000_000,
    load_report_days: 7,
    extraction_log_days: 7,
  },
  advanced: {
    title: 'Advanced',
    api_access: true,
    cron: true,
    hooks: true,
    max_members: null,
    max_destinations: 3,
    enterprise_types: true,
    max_source_types: null,
    rows_per_period: 100_000_000,
    load_report_days: 60,
    extraction_log_days: 60,
  },
  premium: {
    title: 'Premium',
    api_access: true,
    cron: true,
    hooks: true,
    max_members: null,
    // Self-hosted: everything unlocked (web-app.md §13, 4).
    max_destinations: null,
    enterprise_types: true,
    max_source_types: null,
    rows_per_period: null,
    load_report_days: 60,
    extraction_log_days: 60,
  },
};
