@NullMarked
package sotto.proxy.b2bua;

import org.jspecify.annotations.NullMarked;
