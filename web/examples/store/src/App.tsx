import { Navigate, Route, Routes } from 'react-router';
import { Layout } from './Layout';
import { Login } from './pages/Login';
import { Products } from './pages/Products';
import { Cart, Overview, Wishlist } from './pages/shelves';
import { SignUp } from './pages/SignUp';
import { Protected } from './Protected';
import { ShopProvider } from './ShopProvider';

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route path="login" element={<Login />} />
        <Route path="signup" element={<SignUp />} />
        <Route
          element={
            <Protected>
              <ShopProvider />
            </Protected>
          }
        >
          <Route path="protected" element={<Overview />} />
          <Route path="products" element={<Products />} />
          <Route path="cart" element={<Cart />} />
          <Route path="wishlist" element={<Wishlist />} />
        </Route>
        <Route path="*" element={<Navigate to="/protected" replace />} />
      </Route>
    </Routes>
  );
}
