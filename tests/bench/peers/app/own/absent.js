/** In the place of packages that markstream-react may have, and does not need for any text here. */
export default undefined;
