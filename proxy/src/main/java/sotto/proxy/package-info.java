@NullMarked
package sotto.proxy;

import org.jspecify.annotations.NullMarked;
