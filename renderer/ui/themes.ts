import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from '@fluentui/react-components';

/** A theme as it is drawn; `system` has been resolved. */
export type ThemeName = 'light' | 'dark' | 'contrast';

const BRAND: BrandVariants = {
  10: '#010506',
  20: '#06191d',
  30: '#082a31',
  40: '#083741',
  50: '#084552',
  60: '#085363',
  70: '#0b6374',
  80: '#1a7384',
  90: '#2b8293',
  100: '#3b92a3',
  110: '#4fa3b3',
  120: '#65b4c3',
  130: '#7cc5d2',
  140: '#96d5e1',
  150: '#b3e5ee',
  160: '#d3f3f9',
};

/** Denser than Fluent's own: this is a tool for looking at data all day. */
const DENSE: Partial<Theme> = {
  fontFamilyBase: 'var(--ca-font)',
  fontFamilyMonospace: 'var(--ca-mono)',
  fontSizeBase300: '13px',
  lineHeightBase300: '18px',
  fontSizeBase200: '12px',
  lineHeightBase200: '16px',
};

export const FLUENT_THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: { ...createLightTheme(BRAND), ...DENSE },
  dark: {
    ...createDarkTheme(BRAND),
    ...DENSE,
    colorBrandForeground1: BRAND[120],
    colorBrandForeground2: BRAND[130],
    // Agree with tokens.css.
    colorNeutralBackground1: '#1c1d1f',
    colorNeutralBackground1Hover: '#35373c',
    colorNeutralBackground2: '#232427',
    colorNeutralBackground3: '#2a2b2f',
    colorNeutralForeground1: '#e6e7e9',
    colorNeutralStroke1: '#4a4d53',
    colorNeutralStroke2: '#37393e',
  },
  contrast: {
    ...teamsHighContrastTheme,
    ...DENSE,
    // One accent and one colour of focus, as tokens.css has them; lines between cells stay behind the text.
    colorBrandBackground: '#1aebff',
    colorBrandBackgroundHover: '#ffffff',
    colorNeutralForegroundOnBrand: '#000000',
    colorBrandBackground2: '#1a4d80',
    colorBrandForeground1: '#1aebff',
    colorBrandForegroundLink: '#ffff00',
    colorBrandStroke1: '#1aebff',
    colorStrokeFocus2: '#ffe100',
    colorNeutralBackground1Hover: '#1b3b5c',
    colorNeutralBackground3Hover: '#1b3b5c',
    colorNeutralBackground3Pressed: '#1a4d80',
    colorNeutralForeground1Hover: '#ffffff',
    colorNeutralForeground2Hover: '#ffffff',
    colorSubtleBackgroundHover: '#1b3b5c',
    colorSubtleBackgroundSelected: '#1a4d80',
    colorNeutralForeground2Selected: '#ffffff',
    colorNeutralForeground2BrandSelected: '#1aebff',
    colorNeutralForeground2BrandHover: '#1aebff',
    colorNeutralStroke3: '#6b6b6b',
  },
};

export function resolveTheme(
  chosen: 'system' | ThemeName,
  system: { readonly dark: boolean; readonly moreContrast: boolean },
): ThemeName {
  if (chosen !== 'system') return chosen;
  if (system.moreContrast) return 'contrast';
  return system.dark ? 'dark' : 'light';
}
