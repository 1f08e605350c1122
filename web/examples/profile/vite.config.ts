import { example } from '../shared/vite.ts';

export default example('profile', ['token', 'profile', 'logout']);
