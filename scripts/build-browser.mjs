// Writes what a browser loads from passport-zalopay-pkce: filled in with that package.
