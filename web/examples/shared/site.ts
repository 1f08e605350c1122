import { createContext } from 'react';

/** What the app is called: it ends the title of each page. */
export const Site = createContext('');
