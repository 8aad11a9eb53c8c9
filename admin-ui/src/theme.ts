import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eef3fd',
  '#dae4f8',
  '#b3c8f0',
  '#8aaae8',
  '#6890e1',
  '#4f7cd6',
  '#3b69c6',
  '#2a56a8',
  '#234a92',
  '#1b3d7c',
];

/** Greys of the dark scheme: text first, ground last. */
const dark: MantineColorsTuple = [
  '#e3e7ee',
  '#c6cdd8',
  '#a3adbd',
  '#7c8799',
  '#3a4250',
  '#2c333f',
  '#20262f',
  '#191e26',
  '#13171d',
  '#0e1116',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '17px' }, h2: { fontSize: '14px' } } },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The title of an error is legible on any ground.
    Alert: {
      styles: (_: unknown, { color }: { color?: string }) => ({
        title: { color: color === 'red' ? 'var(--wk-late)' : 'var(--wk-soon)' },
      }),
    },
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'xs' } },
    Modal: { defaultProps: { transitionProps: { duration: 0 }, overlayProps: { opacity: 0.35 } } },
    Menu: { defaultProps: { transitionProps: { duration: 0 }, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    Tooltip: { defaultProps: { openDelay: 300, withinPortal: true } },
  },
});

/** The reader's colour scheme; `public/scheme.js` reads the same key before the first paint. */
export const schemeManager = localStorageColorSchemeManager({ key: 'watchkeeper.scheme' });

const ours = {
  '--mantine-color-body': 'var(--wk-ground)',
  '--mantine-color-text': 'var(--wk-ink)',
  '--mantine-color-dimmed': 'var(--wk-dim)',
  '--mantine-color-anchor': 'var(--wk-accent)',
  '--mantine-color-default-border': 'var(--wk-line)',
  '--mantine-color-placeholder': 'var(--wk-dim)',
};

/** Makes the components use the colours of `styles.css`. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });
