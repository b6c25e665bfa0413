@NullMarked
package sotto.media.net;

import org.jspecify.annotations.NullMarked;
