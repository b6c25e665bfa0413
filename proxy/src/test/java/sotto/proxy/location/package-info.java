@NullMarked
package sotto.proxy.location;

import org.jspecify.annotations.NullMarked;
