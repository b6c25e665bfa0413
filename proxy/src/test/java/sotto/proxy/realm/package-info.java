@NullMarked
package sotto.proxy.realm;

import org.jspecify.annotations.NullMarked;
