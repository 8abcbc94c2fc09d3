import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { isLeftOut, missingFrom, UNPACKED } from './scripts/package/contents.ts';

const env = process.env;
const NAME = 'Calypso';

/** Signing happens where the environment brings what it needs, and is left out elsewhere. */
const macSigning = env.APPLE_SIGNING_IDENTITY
  ? { osxSign: { identity: env.APPLE_SIGNING_IDENTITY } }
  : {};
const macNotarizing =
  env.APPLE_ID && env.APPLE_APP_PASSWORD && env.APPLE_TEAM_ID
    ? {
        osxNotarize: {
          appleId: env.APPLE_ID,
          appleIdPassword: env.APPLE_APP_PASSWORD,
          teamId: env.APPLE_TEAM_ID,
        },
      }
    : {};
const windowsSigning =
  env.WINDOWS_CERTIFICATE_FILE && env.WINDOWS_CERTIFICATE_PASSWORD
    ? {
        windowsSign: {
          certificateFile: env.WINDOWS_CERTIFICATE_FILE,
          certificatePassword: env.WINDOWS_CERTIFICATE_PASSWORD,
        },
      }
    : {};

const config: ForgeConfig = {
  packagerConfig: {
    name: NAME,
    executableName: 'calypso',
    appBundleId: 'org.calypso.desktop',
    appCategoryType: 'public.app-category.developer-tools',
    icon: 'assets/icon',
    ignore: isLeftOut,
    asar: { unpackDir: UNPACKED },
    // The list of `reg.exe` calls for Windows is in main/electron/squirrel.ts.
    extendInfo: {
      CFBundleDocumentTypes: [
        {
          CFBundleTypeName: 'KQL query',
          CFBundleTypeRole: 'Editor',
          CFBundleTypeExtensions: ['kql', 'csl'],
          LSHandlerRank: 'Alternate',
        },
      ],
    },
    ...macSigning,
    ...macNotarizing,
    ...windowsSigning,
  },
  makers: [
    {
      name: '@electron-forge/maker-squirrel',
      platforms: ['win32'],
      config: { name: NAME, setupIcon: 'assets/icon.ico', ...windowsSigning },
    },
    {
      name: '@electron-forge/maker-dmg',
      platforms: ['darwin'],
      config: { icon: 'assets/icon.icns' },
    },
    { name: '@electron-forge/maker-zip', platforms: ['darwin', 'linux'], config: {} },
    {
      name: '@electron-forge/maker-deb',
      platforms: ['linux'],
      config: {
        options: {
          name: 'calypso',
          bin: 'calypso',
          productName: NAME,
          genericName: 'Data explorer',
          section: 'science',
          categories: ['Development', 'Science'],
          icon: 'assets/icon.png',
          mimeType: ['text/x-kql', 'application/x-kql'],
        },
      },
    },
  ],
  plugins: [
    new FusesPlugin({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    }),
  ],
  hooks: {
    async postPackage(_config, { platform, outputPaths }) {
      for (const path of outputPaths) {
        const resources =
          platform === 'darwin'
            ? join(path, bundleIn(path), 'Contents', 'Resources')
            : join(path, 'resources');
        const missing = missingFrom(join(resources, 'app.asar.unpacked'));
        if (missing.length > 0) throw new Error(`the package lacks ${missing.join(', ')}`);
      }
    },
  },
};

function bundleIn(folder: string): string {
  return readdirSync(folder).find((name) => name.endsWith('.app')) ?? `${NAME}.app`;
}

export default config;
