@NullMarked
package sotto.proxy.trunk;

import org.jspecify.annotations.NullMarked;
