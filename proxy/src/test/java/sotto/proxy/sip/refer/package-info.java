@NullMarked
package sotto.proxy.sip.refer;

import org.jspecify.annotations.NullMarked;
