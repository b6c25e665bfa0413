@NullMarked
package sotto.proxy.cdr;

import org.jspecify.annotations.NullMarked;
