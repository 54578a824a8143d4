import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The colour of a worn thimble's patina; shade 7 carries white text at more than 4.5:1. */
const verdigris: MantineColorsTuple = [
  '#ecf6f4',
  '#d8eae6',
  '#b3d4ce',
  '#8abdb5',
  '#67a9a0',
  '#4d9b92',
  '#3b8d86',
  '#2b6a6c',
  '#215557',
  '#163f41',
];

/** Brick rather than signal red: the filled shade (7) carries white, and as text it reads at 4.5:1 on white and on its own tint. */
const red: MantineColorsTuple = [
  '#fdf1ef',
  '#fbe0dc',
  '#f6c3bc',
  '#f1a197',
  '#ec8577',
  '#e0695a',
  '#d04f40',
  '#b3291c',
  '#98241a',
  '#741a12',
];

/** Quiet text, errors and the titles of notices keep 4.5:1 in both schemes. */
export const resolveCssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636b',
    '--mantine-color-error': '#b3291c',
    '--danger-text': '#b3291c',
    '--mantine-color-placeholder': '#6b727a',
    '--mantine-color-yellow-light-color': '#6b4400',
    '--mantine-color-gray-light-color': '#3b4148',
    '--mantine-color-green-light-color': '#1f5c2c',
  },
  dark: {
    '--mantine-color-dimmed': '#a6adb4',
    '--mantine-color-error': '#f1a197',
    '--danger-text': '#f1a197',
    '--mantine-color-placeholder': '#9aa1a8',
  },
});

export const theme = createTheme({
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 7 },
  colors: { verdigris, red },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  headings: { fontWeight: '650' },
  components: {
    // What may be left out says so in its label; a star on everything else is noise.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Modal: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, attributes: { header: { role: 'presentation' } } },
      styles: { title: { fontWeight: 650 } },
    },
    // A menu lies inside the content for those who go from landmark to landmark, and its first entry takes the focus.
    Menu: { defaultProps: { portalProps: { target: '#main' }, withInitialFocusPlaceholder: false } },
    // What is typed must be readable before the label is: labels and helper texts keep full contrast.
    Input: { styles: { input: { fontSize: 'var(--mantine-font-size-sm)' } } },
  },
});
