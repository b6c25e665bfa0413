/** Leaf: asks name servers. */
@NullMarked
package sotto.proxy.dns;

import org.jspecify.annotations.NullMarked;
