import { example } from '../shared/vite.ts';

export default example('store', [
  'login',
  'logout',
  'signup',
  'get_name',
  'products',
  'cart',
  'wishlist',
]);
