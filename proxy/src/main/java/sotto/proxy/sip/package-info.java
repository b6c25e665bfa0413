@NullMarked
package sotto.proxy.sip;

import org.jspecify.annotations.NullMarked;
