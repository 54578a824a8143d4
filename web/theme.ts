import { createTheme, type MantineColorsTuple } from '@mantine/core';

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

export const theme = createTheme({
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 7 },
  colors: { verdigris },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  headings: { fontWeight: '650' },
  components: {
    // What is typed must be readable before the label is: labels and helper texts keep full contrast.
    Input: { styles: { input: { fontSize: 'var(--mantine-font-size-sm)' } } },
  },
});
