import '@mantine/core/styles.css';
import './app.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { queryClient } from './api/query-client.ts';
import { ReauthenticationProvider } from './components/reauthentication.tsx';
import { Screens } from './routes.tsx';
import { resolveCssVariables, theme } from './theme.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// The part that keeps the page still behind a dialog writes a style element, and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no root element.');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={resolveCssVariables} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <ReauthenticationProvider>
          <BrowserRouter>
            <Screens />
          </BrowserRouter>
        </ReauthenticationProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
