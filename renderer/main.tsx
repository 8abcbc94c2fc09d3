import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { createServices, restore } from './app/create-services.ts';
import { StartFault } from './app/StartFault.tsx';

const element = document.getElementById('root');
if (!element) throw new Error('The page has no root.');
const root = createRoot(element);
const services = createServices(window.calypso);

restore(services).then(
  () => root.render(<App services={services} />),
  (error: unknown) => root.render(<StartFault error={error} />),
);
