@NullMarked
package sotto.proxy.demo;

import org.jspecify.annotations.NullMarked;
