@NullMarked
package sotto.proxy.sandbox;

import org.jspecify.annotations.NullMarked;
